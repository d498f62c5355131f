/** Gives every module the register of what the server depends on, and of what stores are asked. */
import { Global, Module } from '@nestjs/common';
import { Dependencies } from './dependencies.js';
import { StoreCalls } from './store-calls.js';

@Global()
@Module({ providers: [Dependencies, StoreCalls], exports: [Dependencies, StoreCalls] })
export class DependenciesModule {}
