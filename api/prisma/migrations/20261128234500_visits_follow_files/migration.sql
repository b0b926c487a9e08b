-- Visits that are written for a file that was joined belong to the file that remains.
CREATE TRIGGER follow_merged_person BEFORE INSERT OR UPDATE OF person_id ON public.visit
  FOR EACH ROW EXECUTE FUNCTION public.follow_merged_person('person_id');
CREATE TRIGGER follow_merged_host BEFORE INSERT OR UPDATE OF host_id ON public.visit
  FOR EACH ROW EXECUTE FUNCTION public.follow_merged_person('host_id');
CREATE TRIGGER follow_merged_person BEFORE INSERT OR UPDATE OF person_id ON public.induction_done
  FOR EACH ROW EXECUTE FUNCTION public.follow_merged_person('person_id');
