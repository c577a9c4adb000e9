#pragma once
#include "operator/kube/apply.hpp"
#include "operator/shop/observed/observed.hpp"
#include "operator/shop/plan/plan.hpp"

#include <exception>
#include <set>
#include <string>
#include <vector>

namespace shop {

/// What came of carrying out a plan.
struct Outcome {
  int writes = 0;
  std::vector<std::string> done;  ///< "created Deployment shop-user", "changed Service shop-order: …"
  std::vector<Problem> problems;  ///< what the API server refused, or somebody else's objects in the way
  std::exception_ptr error;       ///< the first of these: to be tried again
};

/// Carries out a plan and brings `observed` up to date with what the API server answered. One object's
/// refusal does not hold up the others; when the API server does not answer, throws kube::ApiError at once.
class Executor {
 public:
  Executor(kube::Api& api, kube::Applier& applier, std::string owner_uid)
      : api_(api), applier_(applier), owner_uid_(std::move(owner_uid)) {}
  Outcome run(const Plan& plan, Observed& observed);

 private:
  void hand_over(const Handover& handover);
  void apply(const desired::Wanted& wanted, Observed& observed);
  void create_job(const desired::Wanted& wanted, Observed& observed);
  void retry(const Retry& retry, Observed& observed);
  void grow(const Growth& growth, Observed& observed);
  void remove(const Removal& removal, Observed& observed);
  template <typename Act>
  void attempt(const std::string& what, const Act& act);
  void note(const std::string& what);

  kube::Api& api_;
  kube::Applier& applier_;
  std::string owner_uid_;
  std::set<std::string> held_;  // Deployments whose replicas could not be handed over
  Outcome outcome_;
};

}  // namespace shop
