/** Atlas keeps addresses in the letter case of the invitation. Only ASCII letters fold: others have no twin in an address. */
export function sameAddress(one: string, other: string): boolean {
  return lower(one) === lower(other);
}

export function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

export function isLower(text: string): boolean {
  return !/[A-Z]/.test(text);
}
