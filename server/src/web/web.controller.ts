/** Answers every GET that no other route knows: with the web client to a browser, with a coded error to the rest. */
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Anonymous } from '../common/access.js';
import { basePathOf } from '../common/base-path.js';
import { DomainError } from '../common/domain-error.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { sendClientPage } from './client-build.js';

/** The addresses of `client/src/App.tsx`. None of them is REST's. */
const pages = /^\/(r\/[^/]+(\/invitation)?|login|signup|account|live|reports(\/(rooms|meetings)\/[^/]+)?)?$/;

@Controller()
@Anonymous()
@ApiExcludeController()
export class WebController {
  private readonly basePath: string;

  constructor(@Inject(SETTINGS) { http }: Settings) {
    this.basePath = basePathOf(http.publicUrl);
  }

  @Get('{*path}')
  page(@Req() request: Request, @Res() response: Response): Promise<void> {
    // Whoever takes anything, such as curl, gets the pages' own addresses as pages and an error for the rest.
    const isPage = pages.test(request.path);

    if (request.accepts(isPage ? ['html', 'json'] : ['json', 'html']) !== 'html') {
      throw new DomainError('not_found');
    }

    return sendClientPage(response, this.basePath);
  }
}
