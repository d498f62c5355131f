/** Answers every GET that no other route knows: with the web client to a browser, with a coded error to the rest. */
import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Public } from '../common/access.js';
import { DomainError } from '../common/domain-error.js';
import { sendClientPage } from './client-build.js';

@Controller()
@Public()
@ApiExcludeController()
export class WebController {
  @Get('{*path}')
  page(@Req() request: Request, @Res() response: Response): void {
    if (request.accepts(['json', 'html']) !== 'html') {
      throw new DomainError('not_found');
    }

    sendClientPage(response);
  }
}
