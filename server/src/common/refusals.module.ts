/** Gives every module the places where refusals and faults are told. */
import { Global, Module } from '@nestjs/common';
import { ProcessFaults } from './process-faults.js';
import { Refusals } from './refusals.js';

@Global()
@Module({ providers: [Refusals, ProcessFaults], exports: [Refusals, ProcessFaults] })
export class RefusalsModule {}
