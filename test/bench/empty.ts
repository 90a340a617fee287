/** The yardstick of what a process costs that does nothing. */
export async function handler(): Promise<{ statusCode: number }> {
  return { statusCode: 204 };
}
