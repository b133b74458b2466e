// Asking again, as often as the answers come and no more. Pure.

/** Calls that arrive while one is at work become one further call. */
export class Latest {
  private isWorking = false;
  private isAsked = false;
  private readonly work: () => Promise<void>;

  constructor(work: () => Promise<void>) {
    this.work = work;
  }

  async again(): Promise<void> {
    this.isAsked = true;
    if (this.isWorking) return;
    this.isWorking = true;
    try {
      while (this.isAsked) {
        this.isAsked = false;
        await this.work();
      }
    } finally {
      this.isWorking = false;
    }
  }
}
