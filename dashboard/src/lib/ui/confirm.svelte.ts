export interface Question {
  title: string;
  text?: string;
  /** The word on the button that does it. */
  action: string;
  tone?: 'danger' | 'primary';
  /** The caption of a reason that has to be given, and is kept. */
  reason?: string;
  /** The shortest reason that is taken, in characters. */
  reasonMin?: number;
}

/** Asks before something is done that cannot simply be taken back; {@link ConfirmHost} shows it. */
class Confirm {
  question = $state.raw<Question | null>(null);
  #answer: ((reason: string | null) => void) | null = null;

  /** @returns the reason (empty where none was asked for), or null where the person changed their mind. */
  ask(question: Question): Promise<string | null> {
    this.#answer?.(null);
    this.question = question;
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  settle(reason: string | null): void {
    const answer = this.#answer;
    this.#answer = null;
    this.question = null;
    answer?.(reason);
  }
}

export const confirm = new Confirm();
