/** Pictures or labels that cannot be scored; the message names the file and the remedy. */
export class LabelError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LabelError';
  }
}
