/** Ids that this client chooses. */

/** 128 random bits in hexadecimal. Not `crypto.randomUUID()`: browsers keep that from pages without HTTPS, such as a server's LAN address. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
