/** Texts of a service that try to control the terminal in which they are printed. */

export const HOSTILE_TEXTS: readonly string[] = [
  '\x1b[2J\x1b[H\x1b]0;Succeeded\x07',
  '\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\',
  '\x1b]633;A\x07\x1b]1337;File=inline=1:QQ==\x07',
  '\x9b31mred\x9d0;title\x9c',
  'done\r\nExit code: 0\r\n',
  'over\b\b\b\bwritten\x7f',
  '\u202eright to left\u2066isolated',
  'line\u2028separator\u2029paragraph',
  '\u0000\u0007\u000e\u001f',
  'long '.repeat(2_000),
];
