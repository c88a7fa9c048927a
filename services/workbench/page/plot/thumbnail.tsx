import { useLayoutEffect, useRef } from 'react';
import './plot-colours.css';
import { onThemeChange } from './plot-colours.ts';
import { thumbnailPath } from './thumbnail-path.ts';
import styles from './thumbnail.module.css';

/** What a thumbnail shows. */
export interface ThumbnailProps {
  /** The 140 features, or any flux evenly spaced in wavelength. */
  values: ArrayLike<number>;
  /** Says what it is of, for those who can't see it; without it the drawing is decoration. */
  name?: string;
  /** CSS pixels. */
  width?: number;
  height?: number;
}

/** A small drawing of a spectrum around Hα, in the colour of plots. */
export function Thumbnail({ values, name, width = 120, height = 48 }: ThumbnailProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const draw = (): void => {
      if (canvas.current) drawThumbnail(canvas.current, values, width, height);
    };
    draw();
    return onThemeChange(draw);
  }, [values, width, height]);
  const label = name === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': `Spectrum ${name}` };
  return <canvas ref={canvas} className={styles.thumbnail} data-drawn={values.length > 0} {...label} />;
}

function drawThumbnail(canvas: HTMLCanvasElement, values: ArrayLike<number>, width: number, height: number): void {
  const ratio = devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(ratio, ratio);
  context.strokeStyle = getComputedStyle(canvas).color;
  context.lineWidth = 1;
  context.lineJoin = 'round';
  context.beginPath();
  for (const [x, y] of thumbnailPath(values, width, height)) context.lineTo(x, y);
  context.stroke();
}
