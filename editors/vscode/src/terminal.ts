// What may be typed into a terminal for somebody. Pure.

/**
 * A command as one line that does nothing until a person presses Enter: line breaks become blanks, as in the code spans
 * that the commands come from, and nothing is left that a terminal would act on or that would show another order of letters.
 */
export function typed(command: string): string {
  return command.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, " ").trim();
}
