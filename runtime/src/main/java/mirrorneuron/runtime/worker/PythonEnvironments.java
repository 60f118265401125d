package mirrorneuron.runtime.worker;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;

final class PythonEnvironments {
    PythonEnvironments(WorkerSettings settings, boolean unused) {}

    Optional<Path> prepare(WorkerRequest request, BooleanSupplier stopped) throws StagingException {
        return Optional.empty();
    }
}
