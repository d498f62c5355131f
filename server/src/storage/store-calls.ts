/** What the stores and their databases are asked, how long they take and whether they fail: for whoever wants to watch. */
import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';
import type { AfterQueryEvent, DataSource, EntitySubscriberInterface } from 'typeorm';
import { DomainError } from '../common/domain-error.js';

/** A store by its folder; a database that speaks SQL by its name, whatever its statements were for. */
export type CalledStore = 'chat' | 'history' | 'live_stats' | 'cluster' | 'mysql' | 'sqlite';

export interface StoreCall {
  store: CalledStore;
  /** The method of the store, in snake case; `statement` of SQL. */
  operation: string;
  milliseconds: number;
  /** Whether the store could not do it. What it was asked wrongly is no failure of it. */
  failed: boolean;
}

type AsyncMethod = (...args: unknown[]) => unknown;

@Injectable()
export class StoreCalls extends EventEmitter<{ called: [StoreCall] }> {
  /**
   * @returns the same store for its users, with the named operations watched; what these call of the store itself is not counted
   * again
   */
  observe<Store extends object>(
    store: CalledStore,
    target: Store,
    operations: readonly (keyof Store & string)[],
  ): Store {
    const watched = new Map(operations.map((name) => [name as string, this.watch(store, target, name)]));

    return new Proxy(target, {
      get: (_, name) => {
        const member: unknown = Reflect.get(target, name, target);

        return watched.get(String(name)) ?? (typeof member === 'function' ? member.bind(target) : member);
      },
    });
  }

  /** Watches each statement that a database of SQL is sent. */
  observeStatements(store: 'mysql' | 'sqlite', dataSource: DataSource): void {
    const subscriber: EntitySubscriberInterface = {
      afterQuery: ({ executionTime, success }: AfterQueryEvent) =>
        void this.emit('called', {
          store,
          operation: 'statement',
          milliseconds: executionTime ?? 0,
          failed: !success,
        }),
    };
    dataSource.subscribers.push(subscriber);
  }

  private watch<Store extends object>(store: CalledStore, target: Store, name: keyof Store & string): AsyncMethod {
    const operation = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

    return async (...args) => {
      const begin = performance.now();
      const tell = (failed: boolean) =>
        this.emit('called', { store, operation, milliseconds: performance.now() - begin, failed });

      try {
        const result = await (target[name] as AsyncMethod).apply(target, args);
        tell(false);

        return result;
      } catch (error) {
        tell(!(error instanceof DomainError));
        throw error;
      }
    };
  }
}
