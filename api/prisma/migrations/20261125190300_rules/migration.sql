-- AlterTable
ALTER TABLE "violation" ADD COLUMN     "machine" JSONB;
