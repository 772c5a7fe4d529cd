/** Hostile inputs of one kind, which tests try one by one. SECURITY.md lists the kinds with their numbers of inputs. */
export interface HostileInputs<Input> {
  /** In SECURITY.md, e.g. `Endpoints`. */
  readonly kind: string;
  /** What must hold for each input, e.g. `refused before a request`. */
  readonly holds: string;
  readonly inputs: readonly Input[];
}
