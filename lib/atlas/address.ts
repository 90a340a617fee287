/** Atlas keeps addresses in the letter case of the invitation. Only ASCII letters fold: others have no twin in an address. */
export function sameAddress(one: string, other: string): boolean {
  return lower(one) === lower(other);
}

export function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** The same address in another spelling: itself where it has no ASCII letter. */
export function respelled(address: string): string {
  const folded = lower(address);
  return folded === address ? address.replace(/[a-z]/g, (letter) => letter.toUpperCase()) : folded;
}
