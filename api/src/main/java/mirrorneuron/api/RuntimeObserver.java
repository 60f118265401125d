package mirrorneuron.api;

/** Sees events as they become durable. */
public interface RuntimeObserver {

    default void onEvent(JobId job, RuntimeEvent event) {}
}
