import { describe, expect, it } from 'vitest';
import { readOptions, USAGE } from '../../infra/local/options.ts';

describe('the options of npm start', () => {
  it.each([
    [[], { once: false, port: 3000, logs: false, help: false }],
    [['--once'], { once: true, port: 0, logs: false, help: false }],
    [['--once', '--port', '8080'], { once: true, port: 8080, logs: false, help: false }],
    [['--port=0', '--logs'], { once: false, port: 0, logs: true, help: false }],
    [['--help'], { once: false, port: 3000, logs: false, help: true }],
  ])('%j', (args, options) => {
    expect(readOptions(args)).toEqual(options);
  });

  it.each([
    [['--onec'], "Unknown option '--onec'. All options: npm start -- --help"],
    [['-p', '1'], "Unknown option '-p'. All options: npm start -- --help"],
    [['once'], "Unexpected argument 'once'. All options: npm start -- --help"],
    [['--port'], "Option '--port <value>' argument missing. All options: npm start -- --help"],
    [['--once=yes'], "Option '--once' does not take an argument. All options: npm start -- --help"],
    [['--port', 'http'], "--port must be a number from 0 to 65535, not 'http'."],
    [['--port', '65536'], "--port must be a number from 0 to 65535, not '65536'."],
    [['--port=-1'], "--port must be a number from 0 to 65535, not '-1'."],
  ])('refuses %j by name', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });

  it('are all in the help, which fits into 100 columns', () => {
    for (const option of ['--once', '--port', '--logs', '--help']) expect(USAGE).toContain(option);
    for (const line of USAGE.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });
});
