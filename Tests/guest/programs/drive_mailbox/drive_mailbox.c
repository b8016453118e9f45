// SPDX-License-Identifier: GPL-2.0
/*
 * A module that drives a DOE mailbox by itself, as a vendor's might: the guest test loads it, and the witness must see it.
 * It goes through the kernel's interface for config space and not through the kernel's own driver of mailboxes.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/pci.h>

static uint bus = 0x0d;
module_param(bus, uint, 0);
static uint capability = 0x190;
module_param(capability, uint, 0);
static uint object = 0x000110de; /* vendor id and type, as the first dword of the object has them */
module_param(object, uint, 0);

static int __init drive(void)
{
	struct pci_dev *function = pci_get_domain_bus_and_slot(0, bus, PCI_DEVFN(0, 0));
	u32 status = 0;

	if (!function)
		return -ENODEV;
	pci_write_config_dword(function, capability + 0x10, object);
	pci_write_config_dword(function, capability + 0x10, 3);
	pci_write_config_dword(function, capability + 0x10, 0x12345678);
	pci_write_config_dword(function, capability + 0x08, 0x80000000);
	msleep(20);
	pci_read_config_dword(function, capability + 0x0c, &status);
	pr_info("drive_mailbox: status 0x%08x\n", status);
	pci_write_config_dword(function, capability + 0x08, 1);
	pci_dev_put(function);
	return 0;
}

static void __exit leave(void)
{
}

module_init(drive);
module_exit(leave);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Drives a DOE mailbox past the kernel's own driver, for a test");
