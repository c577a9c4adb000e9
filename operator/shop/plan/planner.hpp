#pragma once
#include "operator/shop/plan/plan.hpp"

#include <set>

namespace shop {

/// Builds one Plan, phase by phase: see make_plan.
class Planner {
 public:
  Planner(const Inputs& in, const Observed& observed, const std::vector<MissingSecret>& missing,
          std::chrono::system_clock::time_point now);
  Plan run();

 private:
  using Phase = JobState::Phase;

  void foundations();
  void database();
  void messaging();
  void migrations();
  void services();
  void gateway();
  void network_policies();
  void monitoring();
  void prune();
  void problems();

  void want(desired::Wanted wanted);
  void keep(const desired::Wanted& wanted);
  /// A StatefulSet, with what of it cannot be changed as it is; and its volume's growth. True when it is up
  /// and as wanted: neither this pass's apply nor a rollout under way restarts its pod.
  bool want_stateful_set(desired::Wanted wanted, const Volume& volume);
  /// The Job's state; it is made when it is not there and `may_start`, and made again after it has failed.
  JobState want_job(desired::Wanted wanted, bool may_start);
  void look_again_in(std::chrono::milliseconds time);
  bool blocked(Service service) const;
  const MissingSecret* missing_for(const std::string& field_prefix) const;
  WorkloadState state_of(const desired::Wanted& wanted) const;

  const Inputs& in_;
  const Observed& observed_;
  const std::vector<MissingSecret>& missing_;
  std::chrono::system_clock::time_point now_;
  Plan plan_;
  std::set<std::pair<std::string, std::string>> kept_;
  std::map<Service, bool> database_made_;  // the service's database is there and its server is up
  std::map<Service, bool> migrated_;
};

}  // namespace shop
