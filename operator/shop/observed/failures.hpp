#pragma once
#include "operator/shop/observed/observed.hpp"

#include <chrono>
#include <string>

/// Why an object of a Shop does not do its work. Pure functions of one object each; "" when there is nothing
/// to report. The texts name no counters and no times, so that they are the same until the cause changes.
namespace shop {

/// Of a pod that is not being deleted: "Unschedulable: 0/1 nodes are available: 1 Insufficient cpu.",
/// "ImagePull: image shopkeeper/user:9.9 of container user cannot be pulled",
/// "OOMKilled: container user needed more than its memory limit of 256Mi",
/// "Crash: container user ended with exit code 1: <its last lines>".
std::string pod_failure(const kube::Object& pod);

/// Of a Deployment whose pods the API server refuses, by quota or admission.
std::string refused_pods(const kube::Object& deployment);

/// Of a volume claim that is not bound: its class and size.
std::string pending_volume(const kube::Object& claim);

/// What the last failed pod of a Job said; "" when its pods are gone.
std::string job_pod_failure(const Observed& observed, const kube::Object& job);

}  // namespace shop
