/** How large the .vsix may be, in bytes. */

export const MAX_VSIX_BYTES = 700_000;
export const MAX_VSIX_BYTES_WITHOUT_PICTURES = 310_000;
