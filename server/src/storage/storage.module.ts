/** Opens the databases and gives their connections to every module. */
import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { getDataSourceToken, InjectDataSource, TypeOrmModule } from '@nestjs/typeorm';
import { PinoLogger } from 'nestjs-pino';
import type { DataSource } from 'typeorm';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { checkDataDirectory } from './data-directory.js';
import { dataSourceOptions, openDataSource, type Report } from './data-source.js';
import type { DatabaseEntities } from './entity-classes.js';
import { Dependencies } from './dependencies.js';
import { DependenciesModule } from './dependencies.module.js';
import { EMBEDDED_DATA_SOURCE, openEmbedded } from './embedded.js';
import { StoreCalls } from './store-calls.js';

@Module({})
export class StorageModule implements OnApplicationShutdown {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(EMBEDDED_DATA_SOURCE) private readonly embedded: DataSource | null,
    dependencies: Dependencies,
    storeCalls: StoreCalls,
    @Inject(SETTINGS) { storage: { dataDirectory } }: Settings,
  ) {
    const sources = new Set([dataSource, ...(embedded ? [embedded] : [])]);
    for (const source of sources) {
      storeCalls.observeStatements(nameOf(source), source);
      const name = nameOf(source);
      dependencies.register({
        name,
        required: true,
        local: name === 'sqlite',
        probe: () => source.query('SELECT 1'),
      });
    }

    if (embedded) {
      // A database on a disk that is full or read-only still reads.
      dependencies.register({
        name: 'data_dir',
        required: true,
        local: true,
        probe: () => checkDataDirectory(dataDirectory),
      });
    }
  }

  static forRoot(entities: DatabaseEntities): DynamicModule {
    let log: Report = () => undefined;

    return {
      module: StorageModule,
      global: true,
      imports: [
        DependenciesModule,
        TypeOrmModule.forRootAsync({
          inject: [SETTINGS, Dependencies, PinoLogger],
          useFactory: async (settings: Settings, dependencies: Dependencies, logger: PinoLogger) => {
            log = (line, level) => logger[level](line);
            const failed = () => dependencies.noteFailure('mysql');
            const options = await dataSourceOptions(settings, entities, { log, failed });

            // The waiting is done.
            return { ...options, retryAttempts: 1 };
          },
          // Nest gives it the options alone.
          dataSourceFactory: (options) => openDataSource(options!, log),
        }),
      ],
      providers: [
        {
          provide: EMBEDDED_DATA_SOURCE,
          inject: [SETTINGS, getDataSourceToken()],
          useFactory: (settings: Settings, dataSource: DataSource) =>
            openEmbedded(settings, dataSource, entities.all, (line, level) => log(line, level)),
        },
      ],
      exports: [EMBEDDED_DATA_SOURCE],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    // The default one is closed by its own module.
    if (this.embedded !== null && this.embedded !== this.dataSource) {
      await this.embedded.destroy();
    }
  }
}

function nameOf({ options: { type } }: DataSource): 'mysql' | 'sqlite' {
  return type === 'better-sqlite3' ? 'sqlite' : 'mysql';
}
