/** Opens the database and gives its connection to every module. */
import { Module, type DynamicModule } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { dataSourceOptions, type EntityClass } from './data-source.js';
import { EMBEDDED_DATA_SOURCE } from './embedded.js';

@Module({})
export class StorageModule {
  static forRoot(entities: EntityClass[]): DynamicModule {
    return {
      module: StorageModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [SETTINGS],
          // A file that cannot be opened now will not open by waiting.
          useFactory: (settings: Settings) => ({ ...dataSourceOptions(settings, entities), retryAttempts: 1 }),
        }),
      ],
      providers: [{ provide: EMBEDDED_DATA_SOURCE, useExisting: getDataSourceToken() }],
      exports: [EMBEDDED_DATA_SOURCE],
    };
  }
}
