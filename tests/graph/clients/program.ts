// A small program over the generated types: it need not run, it must be accepted by the compiler.
import type { Contact, Query } from './types';
import type {
  PeopleQuery,
  PeopleQueryVariables,
  SendMutation,
  SendMutationVariables,
  TextsSubscription,
} from './operations';

type Ask = <Data, Variables>(operation: string, variables: Variables) => Promise<Data>;

export async function names(ask: Ask): Promise<string[]> {
  const wanted: PeopleQueryVariables = { filter: { status: ['NEW', 'CLIENT'], smsOptIn: true } };
  const page = await ask<PeopleQuery, PeopleQueryVariables>('People', wanted);
  const more: string | null | undefined = page.contacts.pageInfo.endCursor;
  return page.contacts.nodes.map((one) => `${one.name} ${one.phone} ${more ?? ''}`);
}

export async function send(ask: Ask, to: string): Promise<string> {
  const input = { to, body: 'Hello', purpose: 'CONVERSATION', idempotencyKey: 'one' } as const;
  const { sendMessage } = await ask<SendMutation, SendMutationVariables>('Send', { input });
  if (sendMessage.__typename === 'Problem') {
    return sendMessage.code === 'OPTED_OUT' ? 'They said no.' : sendMessage.message;
  }
  return `${sendMessage.id} is ${sendMessage.status} in ${sendMessage.segments} segments`;
}

export function shown({ messages }: TextsSubscription): string | undefined {
  return messages.change === 'CHECKPOINT' ? undefined : messages.message?.body;
}

export function unread(person: Contact): number {
  const counts = person.threads.nodes.map((thread) => thread.unreadCount);
  return counts.reduce((sum, count) => sum + count, 0);
}

export type Health = Query['health']['checks'][number]['status'];

// @ts-expect-error -- a purpose that the schema does not have
export const wrong: SendMutationVariables = { input: { purpose: 'SPAM' } };
