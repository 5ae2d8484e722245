export async function pushCharts(options: object): Promise<void> {
  await Promise.resolve(options);
}
