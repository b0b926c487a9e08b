/** A sentence for the person at the terminal; it is shown without a stack. */
export class PlantProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PlantProblem';
  }
}
