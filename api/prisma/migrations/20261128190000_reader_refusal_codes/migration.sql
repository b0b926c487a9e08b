-- Why something of a reader was refused, as a word that pages show in both languages.
ALTER TABLE "position_reader" ADD COLUMN "refused_code" VARCHAR(16);
