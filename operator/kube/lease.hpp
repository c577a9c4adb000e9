#pragma once
#include "operator/kube/client.hpp"
#include "services/kit/metrics/metrics.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace kube {

struct LeaseOptions {
  std::string space{};
  std::string name{};
  std::string identity{};                   ///< unique to this process: pod name and something random
  std::chrono::milliseconds lasts{15'000};  ///< who has not renewed for so long may be followed
  std::chrono::milliseconds renew_deadline{10'000};  ///< a leader that could not renew for so long stops
  std::chrono::milliseconds retry{2'000};
};

/// What a Lease object says, in our terms.
struct LeaseRecord {
  std::string holder{};
  std::string resource_version{};  ///< changes with every renewal
  std::chrono::milliseconds lasts{};
  std::int64_t transitions = 0;
};

/// The rules of election, without I/O. Other clocks are not trusted: a lease has expired when it did not
/// change for its own time by our (steady) clock.
class LeaseState {
 public:
  using Time = std::chrono::steady_clock::time_point;
  enum class Act { Create, Renew, TakeOver, Wait };

  explicit LeaseState(LeaseOptions options) : options_(std::move(options)) {}
  /// What to do, given what was read (nothing: there is no Lease).
  Act decide(const std::optional<LeaseRecord>& seen, Time now);
  /// Our write of the lease was answered; `sent` is when it was sent, which is when our time begins to run.
  void renewed(Time sent);
  /// We let it go, or saw another holder.
  void lost() { renewed_.reset(); }
  /// Lead only while this is true: we hold it and renewed within the renew deadline.
  bool leads(Time now) const;
  /// When leadership ends unless it is renewed; and when others may take it, by which all work must have
  /// ended.
  std::optional<Time> stop_by() const;
  std::optional<Time> ends() const;

 private:
  LeaseOptions options_;
  std::optional<Time> renewed_;
  std::string seen_version_;
  std::string seen_holder_;
  Time seen_at_{};
};

LeaseRecord lease_record(const Object& lease);

/// Leader election over a Lease. Give it an Api of its own with a short deadline (at most `retry`), so that
/// no retry outlives the lease. Metric: leader_election_master_status{name}.
class LeaderElector {
 public:
  /// Runs the work; must return soon after `stop` is requested.
  using Lead = std::function<void(std::stop_token stop)>;
  /// Called when the work has not ended although the lease is about to: must not return. The default logs and
  /// ends the process (exit code 1) at once, since two leaders are worse than none.
  using Abort = std::function<void()>;

  LeaderElector(Api& api, LeaseOptions options, kit::Metrics& metrics, Abort abort = {});
  ~LeaderElector();

  /// Waits to become leader, then runs `lead`. Returns true when `stop` was requested (the lease is then
  /// released, so that the next leader need not wait), or when `lead` returned by itself; false when the
  /// lease was lost: then the process should end.
  bool run(std::stop_token stop, const Lead& lead);
  bool leading() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kube
