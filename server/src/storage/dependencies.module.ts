/** Gives every module the register of what the server depends on. */
import { Global, Module } from '@nestjs/common';
import { Dependencies } from './dependencies.js';

@Global()
@Module({ providers: [Dependencies], exports: [Dependencies] })
export class DependenciesModule {}
