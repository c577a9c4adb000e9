"""Two operators of which one leads: the leader is killed, or stopped past its lease and continued."""

import os
import signal
import time

from cluster import Operator, writes
from lib.process import wait_until
from proxy import USER_AGENT_MARK, Proxy


def leads(operator):
    return operator.metric("leader_election_master_status") == 1


def test_another_works_within_17_s_of_the_leaders_death(cluster, api):
    namespace = cluster.namespace()
    leader = cluster.operator()
    wait_until("a leader", lambda: leads(leader), 30)
    other = cluster.operator()
    api.shop(namespace)
    api.ready(namespace)
    wait_until("the other to stand by", lambda: other.ask("/readyz")[0] == 200, 30)
    leader.process.kill()
    began = time.monotonic()
    leader.process.wait(10)
    api.delete("Deployment", namespace, "shop-user")
    wait_until("the other to work", lambda: api.get("Deployment", namespace, "shop-user"), 30)
    took = time.monotonic() - began
    print(f"the other worked after {took:.1f} s")
    assert took <= 17


def test_a_leader_stopped_past_its_lease_never_writes_again(cluster, api):
    """It is stopped in the middle of a pass, right after a write whose answer it has not read yet, so that on continuing it would write on.
    With one worker, because a request that another worker is just sending cannot be held back."""
    namespaces, earlier = [cluster.namespace() for _ in range(3)], len(writes(cluster))
    proxy = Proxy(cluster.server, cluster.folder, cluster.kubeconfig)
    old = Operator(proxy.kubeconfig, cluster.folder, "--workers=1")
    cluster.operators.append(old)
    wait_until("a leader", lambda: leads(old), 30)
    new = cluster.operator()
    wait_until("the other to stand by", lambda: new.ask("/readyz")[0] == 200, 30)

    def stop(number, _request):
        if number == 12:
            os.kill(old.process.pid, signal.SIGSTOP)
    proxy.after_write = stop
    for namespace in namespaces:
        api.shop(namespace)
    wait_until("the leader in the middle of its work", lambda: len(proxy.written) >= 12, 30)
    wait_until("another leader", lambda: leads(new), 40)
    wait_until("its first writes", lambda: len(writes(cluster)) > earlier + len(proxy.written) + 5, 20)
    before = len(proxy.written)
    os.kill(old.process.pid, signal.SIGCONT)
    assert old.process.wait(20) == 1, "it ends, because it lost its lease"
    for namespace in namespaces:
        api.ready(namespace)
    assert proxy.written[before:] == []
    # As the audit log tells it: each request of the old leader was there before the first of the new one.
    written = writes(cluster)[earlier:]
    by_old = [each["requestReceivedTimestamp"] for each in written if each["userAgent"].endswith(USER_AGENT_MARK)]
    by_new = [each["requestReceivedTimestamp"] for each in written if not each["userAgent"].endswith(USER_AGENT_MARK)
              and each["requestReceivedTimestamp"] > by_old[0]]
    assert len(by_old) >= 12 and len(by_new) >= 40
    assert max(by_old) < min(by_new)
    proxy.stop()
