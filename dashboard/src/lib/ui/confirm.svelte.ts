export interface Question {
  title: string;
  text?: string;
  /** Label of the confirming button. */
  action: string;
  tone?: 'danger' | 'primary';
  /** Label of a required reason, which is stored. */
  reason?: string;
  /** Minimum length of the reason, in characters. */
  reasonMin?: number;
}

/** Asks for confirmation before an irreversible action; {@link ConfirmHost} shows it. */
class Confirm {
  question = $state.raw<Question | null>(null);
  #answer: ((reason: string | null) => void) | null = null;

  /** @returns the reason (empty if none is required), or null where the user cancelled. */
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
