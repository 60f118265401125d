package mirrorneuron.runtime.embedded;

import static java.util.Objects.requireNonNull;

import mirrorneuron.api.ResourceLimits;
import mirrorneuron.api.ResourceReport;
import mirrorneuron.api.Resources;

/** {@link Resources} behind the {@link Gate}. */
final class GatedResources implements Resources {

    private final Resources resources;
    private final Gate gate;

    GatedResources(Resources resources, Gate gate) {
        this.resources = resources;
        this.gate = gate;
    }

    @Override
    public ResourceReport get() {
        return gate.pass(resources::get);
    }

    @Override
    public ResourceReport set(ResourceLimits limits) {
        requireNonNull(limits, "limits");
        return gate.pass(() -> resources.set(limits));
    }
}
