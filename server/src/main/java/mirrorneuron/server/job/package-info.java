/**
 * Jobs over HTTP: submitting, lists and details, controls, dead letters, explanations.
 *
 * <p>Start with {@link mirrorneuron.server.job.JobRoutes}; {@link
 * mirrorneuron.server.job.SubmissionBody} reads every accepted form of a submission.
 */
@NullMarked
package mirrorneuron.server.job;

import org.jspecify.annotations.NullMarked;
