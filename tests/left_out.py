"""What a test leaves out for want of something on this machine. It is always said, and with CI=true it has failed:
what was not looked at must not look well. The words are those that count.sh counts. Environment: CI."""
import os


def tell(reason):
    """Say what is left out. Whether that is a failure."""
    is_failure = os.environ.get('CI') == 'true'
    print('%s: %s' % ('not ok left out' if is_failure else 'skipped', reason))
    return is_failure


def status(reason):
    """The exit status of a script that does nothing for this reason: 77 tells `make check` that it was skipped."""
    return 1 if tell(reason) else 77
