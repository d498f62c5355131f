/** What the stores and their databases are asked, how long they take and whether they fail: for whoever wants to watch. */
import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';
import type { AfterQueryEvent, DataSource, EntitySubscriberInterface } from 'typeorm';
import { DomainError } from '../common/domain-error.js';
import { isUniqueViolation } from './query-errors.js';

/** A store by its folder; a database that speaks SQL by its name, whatever its statements were for. */
export type CalledStore = 'chat' | 'history' | 'live_stats' | 'cluster' | 'mysql' | 'sqlite';

export interface StoreCall {
  store: CalledStore;
  /** The method of the store, in snake case; `statement` of SQL. */
  operation: string;
  /** `null` where nobody measured: of statements that fail, TypeORM does not tell. */
  milliseconds: number | null;
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
    const watched = new Set<string | symbol>(operations);

    return new Proxy(target, {
      get: (_, name) => {
        const member: unknown = Reflect.get(target, name, target);

        if (typeof member !== 'function') {
          return member;
        }

        const method = member.bind(target) as AsyncMethod;

        return watched.has(name) ? this.watch(store, String(name), method) : method;
      },
    });
  }

  /** Watches each statement that a database of SQL is sent. */
  observeStatements(store: 'mysql' | 'sqlite', dataSource: DataSource): void {
    const subscriber: EntitySubscriberInterface = {
      afterQuery: ({ executionTime, success, error }: AfterQueryEvent) =>
        void this.emit('called', {
          store,
          operation: 'statement',
          milliseconds: executionTime ?? null,
          failed: !success && !isUniqueViolation(error),
        }),
    };
    dataSource.subscribers.push(subscriber);
  }

  private watch(store: CalledStore, name: string, method: AsyncMethod): AsyncMethod {
    const operation = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

    return async (...args) => {
      const begin = performance.now();
      const tell = (failed: boolean) =>
        this.emit('called', { store, operation, milliseconds: performance.now() - begin, failed });

      try {
        const result = await method(...args);
        tell(false);

        return result;
      } catch (error) {
        tell(!(error instanceof DomainError));
        throw error;
      }
    };
  }
}
