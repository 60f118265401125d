package mirrorneuron.api.canary;

import org.slf4j.Logger;

/** Breaks: the api needs nothing but the JDK. */
public interface ApiOnLibrary {
    Logger logger();
}
