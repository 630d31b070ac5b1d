import RealignNumerics
import RealignText

/// The machine that figures were measured on.
enum Device {
  /// Its record in every report.
  static var json: JSONValue {
    [
      "cpu": .string(MachineInformation.processor),
      "cores": .integer(MachineInformation.coreCount),
      "isa": .string(MachineInformation.instructionSet),
      "blas": .string(MachineInformation.blasConfiguration),
      "kernel": .string(Matrix.kernelName), "threads": .integer(Parallel.threads),
      "memory_gb": .number((Double(MachineInformation.memoryBytes) / 1e8).rounded() / 10),
    ]
  }
}
