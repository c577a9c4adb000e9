#pragma once
#include "operator/shop/desired/desired.hpp"
#include "operator/shop/observed/observed.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace shop {

/// What stands in the way and somebody may have to see to. `reason` is stable, CamelCase.
struct Problem {
  std::string reason;
  std::string message;
};

/// How one part of the Shop fares.
struct Part {
  bool done = false;
  std::string reason;
  std::string message;
};

struct ServiceProgress {
  WorkloadState state;
  bool up_to_date = false;  ///< runs what the Shop asks for, with all its pods
};

/// How far the Shop is from what it is to be.
struct Progress {
  Part database, messaging, migrations, sample_data, gateway;
  std::map<Service, ServiceProgress> services;
  std::string endpoint;
  std::vector<Problem> problems;
  bool complete() const;
};

struct Removal {
  kube::ResourceType type;
  kube::Key key;
  std::string uid;
};

/// A failed Job that is to be made again.
struct Retry {
  Removal failed;
  desired::Wanted again;
};

/// A Deployment whose number of pods was ours and is now to be its autoscaler's. What we no longer apply, and
/// nobody else owns, the API server sets to its default: one pod, until the autoscaler has scaled it again.
struct Handover {
  kube::Key deployment;
  int least;
};

struct Growth {
  kube::Key claim;
  std::string size;
};

/// What is to be done now, in this order; and what it leaves.
struct Plan {
  std::vector<Handover> hand_over;
  std::vector<desired::Wanted> apply;
  std::vector<desired::Wanted> jobs;  ///< to be created when they are not there; never changed
  std::vector<Retry> retries;
  std::vector<Growth> grow;
  std::vector<Removal> remove;
  Progress progress;
  std::optional<std::chrono::milliseconds> look_again;  ///< when nothing else will wake us
};

/// A Secret that the Shop names, but that is not there or lacks a key.
struct MissingSecret {
  SecretReference reference;
  std::string lacks;  ///< the key; empty: the Secret itself
  std::string text() const;
};

/// Pure: what a Shop with these inputs, and these objects in the cluster, needs next.
Plan make_plan(const Inputs& in, const Observed& observed, const std::vector<MissingSecret>& missing,
               std::chrono::system_clock::time_point now);

}  // namespace shop
