/** The layers of a video that a tile on a screen is worth. */
import type { Layers, VideoSize, ViewedTile } from '@minimeet/protocol';
import type { SentVideo } from './sent-video.js';

/** How much a picture may be magnified before the next layer is taken: nobody sees so little. */
const mostMagnification = 1.15;
/** A smaller layer is taken only when it needs no magnification at all, so that a resize does not flap. */
const magnificationOfLess = 1;
/** Screen pixels: on tiles lower than this, fewer frames a second are not noticed; full motion comes back above the second. */
const smallHeight = 120;
const smallHeightLeft = 140;

/**
 * The lowest spatial layer that fills the tile, and one temporal layer less where the tile is small.
 *
 * @param before what this function said of the same video and tile last time, `null` the first time
 */
export function fittingLayers(tile: ViewedTile, video: SentVideo, before: Layers | null): Required<Layers> {
  const wanted = lowestThatFills(tile, video, mostMagnification);
  const spatialLayer =
    before && before.spatialLayer > wanted
      ? Math.min(before.spatialLayer, lowestThatFills(tile, video, magnificationOfLess))
      : wanted;

  const most = video.temporalLayers - 1;
  const wasSmall = before?.temporalLayer !== undefined && before.temporalLayer < most;
  const isSmall = tile.height < (wasSmall ? smallHeightLeft : smallHeight);

  return { spatialLayer, temporalLayer: isSmall ? Math.max(0, most - 1) : most };
}

/** The layers, but none above a bound. */
export function atMost(layers: Required<Layers>, bound: Layers | undefined): Required<Layers> {
  return {
    spatialLayer: Math.min(layers.spatialLayer, bound?.spatialLayer ?? layers.spatialLayer),
    temporalLayer: Math.min(layers.temporalLayer, bound?.temporalLayer ?? layers.temporalLayer),
  };
}

/** All that there is. */
export function highestLayers({ layers, temporalLayers }: SentVideo): Required<Layers> {
  return { spatialLayer: layers.length - 1, temporalLayer: temporalLayers - 1 };
}

function lowestThatFills(tile: ViewedTile, { layers }: SentVideo, magnification: number): number {
  const index = layers.findIndex((layer) => magnificationOf(layer, tile) <= magnification);

  return index === -1 ? layers.length - 1 : index;
}

/** Faces fill their tile and lose their edges; a screen is shown whole. */
function magnificationOf(layer: VideoSize, { source, width, height }: ViewedTile): number {
  const [across, down] = [width / layer.width, height / layer.height];

  return source === 'screen' ? Math.min(across, down) : Math.max(across, down);
}
