package mirrorneuron.api;

/** What the nodes have, and how much of it may be used. Every method is safe from any thread. */
public interface Resources {

    /** Reads the hardware as it is now; cheap enough for every few seconds. */
    ResourceReport get();

    /** Sets the limits; they outlive a restart. Returns the report with the new ones. */
    ResourceReport set(ResourceLimits limits);
}
