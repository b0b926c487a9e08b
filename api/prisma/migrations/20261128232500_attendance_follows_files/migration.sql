-- Clock events that are written for a file that was joined belong to the file that remains.
CREATE TRIGGER follow_merged_person BEFORE INSERT OR UPDATE OF person_id ON public.clock_event
  FOR EACH ROW EXECUTE FUNCTION public.follow_merged_person('person_id');
CREATE TRIGGER follow_merged_person BEFORE INSERT OR UPDATE OF person_id ON public.clock_correction
  FOR EACH ROW EXECUTE FUNCTION public.follow_merged_person('person_id');
