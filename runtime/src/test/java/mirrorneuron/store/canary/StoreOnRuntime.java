package mirrorneuron.store.canary;

import mirrorneuron.runtime.job.JobActor;

/** Breaks: the store does not know who uses it. */
public interface StoreOnRuntime {
    JobActor actor();
}
