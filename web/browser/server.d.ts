interface Gateway {
  origin: string;
  stop(): Promise<void> | undefined;
}
export function startDemo(...flags: string[]): Promise<Gateway>;
export function startLarge(): Promise<Gateway & { addProperty(name: string): Promise<void> }>;
