#pragma once
// Internal to planning: which specification the services run, the Shop's or the last complete one.
#include "operator/shop/plan/steps.hpp"

namespace shop {

/// The state of the services' rollout. Its states and transitions:
///  - complete: the services run what the spec asks for; it is remembered.
///  - pending: they do not yet. When a Deployment makes no progress within the deadline, or a migration's
///  image
///    cannot be run for that long, the rollout is refused. This is recorded in the status first and acted on
///    in the next pass, so that a restart of the operator in between cannot lose it.
///  - refused: the services run the last complete specification until the spec asks for another rollout.
/// A first rollout cannot be refused, since there is nothing to go back to. Migrations that fail are retried,
/// not refused, while the former version keeps serving.
struct RolloutStep {
  Inputs services;  ///< for the services and their Jobs
  Inputs stores;    ///< for the stores, which follow a changed registry only when services have proved it
  RolloutRecord record;
  bool pending = false;
  StepResult result;

  /// Whether it is pending and there is something to go back to.
  bool upgrading() const { return pending && record.complete.is_object(); }
};
RolloutStep plan_rollout(const Inputs& in, const Observed& observed,
                         std::chrono::system_clock::time_point now);

/// The Jobs of the last complete specification, which stay until the pending one is complete, so that going
/// back does not run them again.
StepResult plan_former_jobs(const RolloutStep& rollout);

/// The record once all services run what `rollout` gave them.
RolloutRecord completed(const RolloutStep& rollout);

}  // namespace shop
