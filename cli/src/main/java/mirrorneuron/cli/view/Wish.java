package mirrorneuron.cli.view;

import mirrorneuron.api.HumanRequest;

/** What a person wants of the job that they look at. */
public sealed interface Wish {

    /** To look no longer. The job stays as it is. */
    record Leave() implements Wish {}

    record Pause() implements Wish {}

    record Resume() implements Wish {}

    /** The person was asked whether they mean it. */
    record Cancel() implements Wish {}

    /** A decision on what waits for a person. */
    record Answer(HumanRequest request, String decision) implements Wish {}
}
