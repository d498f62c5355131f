/** Loaded into a server that a command starts: ends it in an orderly way when that command is gone, however it went. */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
