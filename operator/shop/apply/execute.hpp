#pragma once
#include "operator/kube/apply/apply.hpp"
#include "operator/shop/observed/observed.hpp"
#include "operator/shop/plan/plan.hpp"

#include <exception>
#include <set>
#include <string>
#include <vector>

namespace shop {

/// The result of carrying out a plan.
struct Outcome {
  int writes = 0;
  std::vector<std::string> done;  ///< "created Deployment shop-user", "changed Service shop-order: …"
  std::vector<Problem> problems;  ///< refusals of the API server and NameTaken
  std::exception_ptr error;       ///< the first of these, to be retried
};

/// Carries out a plan's changes and updates `observed` from the API server's responses. When one object is
/// refused the others are still written; when the API server does not respond, throws kube::ApiError at once.
class Executor {
 public:
  Executor(kube::Api& api, kube::Applier& applier, std::string owner_uid)
      : api_(api), applier_(applier), owner_uid_(std::move(owner_uid)) {}
  Outcome run(const Changes& changes, Observed& observed);

 private:
  void create_claim(const DesiredObject& desired, Observed& observed);
  void transfer_replicas(const OwnershipTransfer& transfer);
  void apply(const DesiredObject& desired, Observed& observed);
  /// Returns false when an object of that name exists, with any owner.
  bool create(const DesiredObject& desired, Observed& observed);
  /// Throws NameTaken for an object of another owner.
  void check_ours(const DesiredObject& desired, const kube::Object& live) const;
  void create_job(const DesiredObject& desired, Observed& observed);
  void expand(const VolumeExpansion& expansion, Observed& observed);
  void remove(const Deletion& deletion, Observed& observed);
  template <typename Act>
  void attempt(const std::string& what, const Act& act);
  void note(const std::string& what);

  kube::Api& api_;
  kube::Applier& applier_;
  std::string owner_uid_;
  std::set<std::string> untransferred_;  // Deployments whose transfer failed
  Outcome outcome_;
};

}  // namespace shop
