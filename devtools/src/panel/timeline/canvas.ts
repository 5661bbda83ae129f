export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

export function rect(
  context: Context,
  color: string,
  x: number,
  y: number,
  width: number,
  height: number,
  alpha = 1,
): void {
  context.globalAlpha = alpha
  context.fillStyle = color
  context.fillRect(x, y, width, height)
  context.globalAlpha = 1
}
