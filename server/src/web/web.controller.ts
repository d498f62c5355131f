/** Answers every GET that no other route knows: with the web client to a browser, with a coded error to the rest. */
import { join } from 'node:path';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Public } from '../common/access.js';
import { DomainError } from '../common/domain-error.js';
import { clientBuild } from './client-build.js';
import { notBuiltPage } from './not-built-page.js';

@Controller()
@Public()
@ApiExcludeController()
export class WebController {
  /** The client finds in the path which of its pages to show. */
  @Get('{*path}')
  page(@Req() request: Request, @Res() response: Response): void {
    if (request.accepts(['json', 'html']) !== 'html') {
      throw new DomainError('not_found');
    }
    // The names of the hashed files are in this page, so it must never be an old one.
    response.setHeader('Cache-Control', 'no-cache');
    response.sendFile(join(clientBuild, 'index.html'), (error) => {
      if (error && !response.headersSent) {
        response.status(503).type('html').send(notBuiltPage);
      }
    });
  }
}
