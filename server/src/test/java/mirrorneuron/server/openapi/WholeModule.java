package mirrorneuron.server.openapi;

import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;

/** Runs {@link EveryAnswerSeenTest} last, and knows which classes run beside it. */
public final class WholeModule implements ClassOrderer {

    private static volatile List<String> ran = List.of();

    @Override
    public void orderClasses(ClassOrdererContext context) {
        var classes = context.getClassDescriptors();
        ran = classes.stream().map(one -> one.getTestClass().getName()).toList();
        classes.sort(Comparator.comparing(WholeModule::isLast));
    }

    private static boolean isLast(ClassDescriptor descriptor) {
        return descriptor.getTestClass().equals(EveryAnswerSeenTest.class);
    }

    /** Names of the classes of this run. */
    static List<String> ran() {
        return ran;
    }
}
