/** What is mutated, and the tests that have to notice it, the quickest first. */
export interface Room {
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
}

/**
 * What decides, room by room. Each is judged by its own tests, without the slow ones that would find the same: a mutant
 * that only a distant test notices is one that the room's own specification says nothing about.
 */
export const ROOMS: Readonly<Record<string, Room>> = {
  failures: {
    mutate: ['lib/failures.ts'],
    tests: ['test/failures.test.ts', 'test/http/failures-{atlas,inside,refused}.test.ts'],
  },
  atlas: {
    mutate: ['lib/atlas/*.ts'],
    tests: [
      'test/atlas/{address,retry,rate-limit,judge,atlas-error}.test.ts',
      'test/atlas/{client,sighting,user-search,user-pages,operations,one-connection}.test.ts',
      'test/cancellation/{people,large-organizations,several-invitations}.test.ts',
      'test/credentials/{api-key,refused-token}.test.ts',
      'test/http/{failures-atlas,lost-answers,retry,in-time}.test.ts',
    ],
  },
  cancellation: {
    mutate: ['lib/cancellation/*.ts', 'lib/memory.ts'],
    tests: [
      'test/memory.test.ts',
      'test/cancellation/{person,progress,cases}.test.ts',
      'test/cancellation/{late-looks,sunset,lost-answers,people,large-organizations,several-invitations}.test.ts',
      'test/queue/shared-list.test.ts',
    ],
  },
  credentials: {
    mutate: [
      'lib/credentials/{source,holder,refusal,renewals,flight,hold,held,token,bearer-token,secret,secret-exchange,digest*}.ts',
    ],
    tests: [
      'test/credentials/{refusal,renewals,digest-header,secret,base-url,environment}.test.ts',
      'test/credentials/{token,expiry,late-answers,rotation,refused-token,api-key,token-limits}.test.ts',
      'test/credentials/{organizations,credential-store,moved-secret,lasting-refusal,source.property,rotation.property,moved-secret.property}.test.ts',
    ],
  },
  queue: {
    mutate: ['lib/queue/{door,dead-letter,backoff,event,body,batch,batch-request,batcher,attendance,lanes}.ts'],
    tests: [
      'test/queue/{backoff,lanes,dead-letter,event,body,batch,batcher}.test.ts',
      'test/queue/{fifo,shared-list,not-dead-lettered,door,pacing}.test.ts',
    ],
  },
  http: {
    mutate: ['lib/request.ts', 'lib/http/{routes,response,deadline}.ts'],
    tests: [
      'test/request.test.ts',
      'test/http/{routes,response,event,deadline}.test.ts',
      'test/http/{answers,presentation,function,configuration,in-time,failures-atlas,failures-refused}.test.ts',
    ],
  },
};

/** The room at hand: Stryker, and vitest within it, are told by the environment. */
export function roomOf({ MUTATED_ROOM: name = '' }: NodeJS.ProcessEnv): Room & { readonly name: string } {
  const room = ROOMS[name];
  if (!room) throw new Error(`MUTATED_ROOM must be one of ${Object.keys(ROOMS).join(', ')}`);
  return { name, ...room };
}
