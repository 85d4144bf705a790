/** What a few formats need to know about the cluster. */
export interface FormatContext {
  /** Names of the custom CPU models, without the prefix `custom-`. */
  readonly customCpuModels?: ReadonlySet<string>
}
